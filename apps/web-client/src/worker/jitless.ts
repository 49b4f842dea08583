// Must be imported before anything that makes schemas: the page policy forbids zod to compile them with eval.
import { config } from 'zod';

config({ jitless: true });
