// The conformance suite of core, run on one engine of Node: one test file (so one process) for each engine.
import { backend, memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { CONFORMANCE_TOLERANCE, conformanceCases } from '@tessera/core/nn';
import { Random } from '@tessera/core/random';
import { EngineRefusal, type EngineName, type StartedEngine } from '../engine.ts';
import { startEngine } from '../ladder.ts';
import { softwareAdapterEnvironment } from '../software-drivers.ts';
import { SplitSteps } from './split-steps.ts';

/** Starts `name` and runs the suite on it; where it cannot be had, says so as a test that was not run. */
export async function runConformance(name: EngineName): Promise<void> {
  const started = await startHere(name);
  if (typeof started === 'string') {
    it.skip(`ENG-8: NOT RUN on ${name}: ${started}`);
    return;
  }
  describe(`conformance on ${name}: ${started.adapter}`, async () => {
    const { getBackend } = await import('@tensorflow/tfjs-core');
    for (const check of conformanceCases(new Random('conformance'))) {
      it(`ENG-8: ${name} agrees with 64-bit numbers: ${check.name}`, async () => {
        expect(getBackend()).toBe(name);
        expect(await check.run()).toBeLessThan(CONFORMANCE_TOLERANCE);
      });
    }
    it(`ENG-13: ${name} holds as many tensors and bytes after 10 split steps as after 2, and none in the end`, async () => {
      const empty = held();
      const steps = new SplitSteps();
      await steps.run(2);
      const settled = held();
      await steps.run(8);
      expect(held()).toEqual(settled);
      expect(steps.inHalves, 'ENG-14').toBe(name === 'webgpu');
      steps.dispose();
      expect(held().tensors).toBe(empty.tensors);
    });
  });
}

/** What the engine holds; on a GPU also the bytes of its buffers, those kept for later use included. */
function held() {
  const { numTensors, numBytes } = memory();
  const { bufferManager } = backend() as { bufferManager?: { numBytesAllocated: number } }; // of webgpu alone
  return { tensors: numTensors, bytes: numBytes, gpuBytes: bufferManager?.numBytesAllocated };
}

/** The engine, or why it is not to be had on this machine. */
async function startHere(name: EngineName): Promise<StartedEngine | string> {
  if (process.env.TESSERA_NO_NATIVE === '1' && name !== 'wasm') return 'left out with --no-native';
  const drivers = name === 'webgpu' ? softwareAdapterEnvironment(process.env) : {};
  // Dawn reads the variable from the process itself.
  Object.assign(process.env, drivers);
  try {
    return await startEngine({ engine: name, env: process.env });
  } catch (error) {
    if (error instanceof EngineRefusal) return error.message;
    throw error;
  }
}
