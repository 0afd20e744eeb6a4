import { main } from './process.ts';

await main();
