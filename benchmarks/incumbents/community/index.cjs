'use strict';
const { createBackend } = require('@backstage/backend-defaults');

const backend = createBackend();
backend.add(import('@backstage-community/plugin-argocd-backend'));
backend.start();
