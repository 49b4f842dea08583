// TensorFlow.js on WebGPU in Node, through Dawn (the `webgpu` npm package).
import { findDawnAdapter, dawnModule } from './dawn-adapter.ts';
import { EngineRefusal, type EngineWish } from './engine.ts';

/** Starts the WebGPU backend; resolves to the GPU's name. A software adapter is taken only when asked for. */
export async function startDawn(wish: EngineWish): Promise<string> {
  const adapter = await findDawnAdapter(wish.env);
  if (adapter.software && wish.engine !== 'webgpu')
    throw new EngineRefusal(
      `only a software adapter answers (${adapter.name}), which is slower than wasm; --engine webgpu takes it all the same`,
    );
  await installWebGpu();
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-webgpu'); // looks for navigator.gpu while it loads
  if (!(await tf.setBackend('webgpu')))
    throw new EngineRefusal('TensorFlow.js did not get a device from the GPU');
  watchDevice(tf.backend(), wish.onLost ?? failProcess);
  return adapter.name + (adapter.software ? ' (software adapter)' : '');
}

/** Gives Node the globals by which a page would find WebGPU. */
async function installWebGpu(): Promise<void> {
  const { create, globals } = (await import(dawnModule())) as typeof import('webgpu');
  Object.assign(globalThis, globals);
  const navigator = { userAgent: 'node', gpu: create([]) };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
}

/** TensorFlow.js looks at neither the device's loss nor its errors; both make all later numbers worthless. */
function watchDevice(backend: object, onLost: (why: string) => void): void {
  const { device } = backend as { device: GPUDevice }; // public, but not in the type of `backend()`
  device.addEventListener('uncapturederror', (event) => {
    onLost(`the GPU reports an error: ${event.error.message}`);
  });
  void device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') onLost(`the GPU was lost: ${message}`);
  });
}

function failProcess(why: string): never {
  throw new Error(why);
}
