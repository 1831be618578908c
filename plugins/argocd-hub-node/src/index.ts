/**
 * Reserved for what other backend plugins will share with Argo CD Hub.
 *
 * @packageDocumentation
 */

export {};
