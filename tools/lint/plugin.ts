import { linearRegex } from './linear-regex.ts';
import { noRegistryHost } from './no-registry-host.ts';
import { noShell } from './no-shell.ts';
import { roomOrder } from './room-order.ts';
import { definePlugin } from './rule.ts';

/** Our own rules. Each is a house rule that a reviewer would otherwise have to remember; each has its test beside it. */
export default definePlugin({
  'room-order': roomOrder,
  'no-shell': noShell,
  'no-registry-host': noRegistryHost,
  'linear-regex': linearRegex,
});
