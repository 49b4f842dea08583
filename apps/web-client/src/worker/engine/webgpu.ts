// WebGPU: the fastest engine, watched for the faults that it would otherwise keep to itself.
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { backend, findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { activate } from './activate.ts';
import { keepFasterReads } from './read-back.ts';

/** Starts the webgpu backend on a fresh device; `onFault` is told of shader errors and of a lost device. */
export async function startWebgpu(onFault: (fault: string) => void): Promise<{ readonly adapter: string }> {
  const { gpu } = navigator as { gpu?: GPU }; // absent in insecure contexts and older browsers
  if (!gpu)
    throw new Error(isSecureContext ? 'this browser does not offer it' : 'it is offered over https only');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('no graphics processor answers');
  // A factory that was used once keeps its device, even a lost one: registered anew it starts on a fresh one.
  const factory = findBackendFactory('webgpu');
  removeBackend('webgpu');
  registerBackend('webgpu', factory, 3);
  await activate('webgpu');
  const running = backend();
  if (!(running instanceof WebGPUBackend)) throw new Error('another backend answers under its name');
  watch(running.device, onFault);
  await keepFasterReads(running);
  return { adapter: describe(adapter) };
}

/** Without this, wrong shaders and lost devices show only as wrong numbers. */
function watch(device: GPUDevice, onFault: (fault: string) => void): void {
  device.addEventListener('uncapturederror', (event) =>
    onFault(`the graphics processor refused work: ${event.error.message}`),
  );
  void device.lost.then(({ reason, message }) => {
    // Our own clean-up destroys the device, too.
    if (reason !== 'destroyed') onFault(`the graphics processor was lost: ${message}`);
  });
}

function describe(adapter: GPUAdapter): string {
  const info = (adapter as { info?: GPUAdapterInfo }).info; // missing in some browsers, empty in Firefox
  const words = [info?.vendor, info?.architecture, info?.description].filter((word) => word);
  return [...new Set(words)].join(' ');
}
