// WebGL: the older way to the graphics processor, also on addresses without https.
import '@tensorflow/tfjs-backend-webgl';
import { activate } from './activate.ts';

/** Renderers that draw on the processor: shaders there are slower than WebAssembly's own kernels. */
const SOFTWARE_RENDERER = /swiftshader|llvmpipe|software|basic render/iu;

/**
 * Starts the webgl backend; it needs WebGL 2 with float textures on an OffscreenCanvas, and a graphics processor
 * behind it unless `software` allows a renderer without one.
 */
export async function startWebgl({ software }: { readonly software: boolean }): Promise<{
  readonly adapter: string;
}> {
  const context =
    typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!context) throw new Error('this browser offers no WebGL 2 in the background');
  const adapter = rendererOf(context);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  if (!software && SOFTWARE_RENDERER.test(adapter))
    throw new Error('no graphics processor is behind it here');
  await activate('webgl');
  return { adapter };
}

function rendererOf(context: WebGL2RenderingContext): string {
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = context.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  return typeof name === 'string' ? name : '';
}
