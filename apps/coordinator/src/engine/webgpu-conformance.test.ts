// Conformance of Dawn; in a file of its own, because a process holds one engine.
import { runConformance } from './testing/conformance.ts';

await runConformance('webgpu');
