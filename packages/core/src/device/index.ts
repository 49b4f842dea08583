// The device's loop, free of any transport or platform.
export * from './ports.ts';
export { DeviceLoop } from './device-loop.ts';
export { halfSettings } from './half-settings.ts';
