/**
 * Service refs, extension points and permission resources of Argo CD Hub.
 *
 * @packageDocumentation
 */

export {};
