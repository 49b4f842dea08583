// WebGL: the older way to the graphics processor, also on addresses without https.
import '@tensorflow/tfjs-backend-webgl';
import { activate } from './activate.ts';

/** Starts the webgl backend; it needs WebGL 2 with float textures on an OffscreenCanvas. */
export async function startWebgl(): Promise<{ readonly adapter: string }> {
  const context =
    typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!context) throw new Error('this browser offers no WebGL 2 in the background');
  const adapter = rendererOf(context);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  await activate('webgl');
  return { adapter };
}

function rendererOf(context: WebGL2RenderingContext): string {
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = context.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  return typeof name === 'string' ? name : '';
}
