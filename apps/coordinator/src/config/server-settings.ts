// The settings of the coordinator's server: where it listens, who may join, where its files are.
import { z } from 'zod';

const port = z.int().min(0).max(65_535);
const path = z.string().min(1).max(4_096);
const hostName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    'must be a host name in lower case, for example art.example.org',
  );

/** Everything about serving a run that is no part of the run itself. */
export const serverSettingsSchema = z.strictObject({
  /** HTTP, on this machine only. 0 takes any free port. */
  port: port.default(7777),
  /** HTTPS, on every address of this machine. 0 takes any free port. */
  httpsPort: port.default(7778),
  /** No HTTPS and no other machine: HTTP on 127.0.0.1 alone. */
  hostOnlyLocal: z.boolean().default(false),
  /** Further names by which browsers reach this coordinator, for example behind a proxy. */
  hostNames: z.array(hostName).max(16).default([]),
  /** Asked of every device that joins; absent: nobody is asked. */
  joinCode: z.string().trim().min(4).max(64).optional(),
  /** Absent: .tessera/<run id> under the current folder. */
  dataDir: path.optional(),
  /** PEM files of one's own certificate; absent: one is made. */
  certificateFile: path.optional(),
  keyFile: path.optional(),
  /** Absent: the best engine that works here. */
  engine: z.enum(['tensorflow', 'webgpu', 'wasm']).optional(),
  /** What the shared link (the Wi-Fi) carries, for the estimate of seconds per step. */
  linkMegabitsPerSecond: z.number().positive().max(100_000).default(300),
  /** Devices that are likely to share it: what the run's width and batch default from. */
  expectedDevices: z.int().min(1).max(1_000).default(30),
});

export type ServerSettings = z.infer<typeof serverSettingsSchema>;
