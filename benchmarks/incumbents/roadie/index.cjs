'use strict';
const { createBackend } = require('@backstage/backend-defaults');

const backend = createBackend();
backend.add(import('@roadiehq/backstage-plugin-argo-cd-backend'));
backend.start();
