/**
 * Types, annotations, permissions, status rules and API client of Argo CD Hub.
 *
 * @packageDocumentation
 */

export * from './types';
export * from './onboarding';
export * from './annotations';
export * from './permissions';
export * from './client';
export * from './status/facts';
export { PLUGIN_ID, SIGNAL_CHANNEL } from './constants';
export type { ChangeSignal } from './constants';
