import type { ExtractorEntry } from './extractor.ts';
import { APPS_EXTRACTORS } from './list/apps.ts';
import { COMPILED_EXTRACTORS } from './list/compiled.ts';
import { DELIVERY_EXTRACTORS } from './list/delivery.ts';
import { DOTNET_EXTRACTORS } from './list/dotnet.ts';
import { DYNAMIC_EXTRACTORS } from './list/dynamic.ts';
import { INSTALLED_EXTRACTORS } from './list/installed.ts';
import { JAVASCRIPT_EXTRACTORS } from './list/javascript.ts';
import { JVM_EXTRACTORS } from './list/jvm.ts';
import { PYTHON_EXTRACTORS } from './list/python.ts';

/** The extractor family: what each file pattern is read by. Adding a member is its folder and one entry in a file of list/; the code is loaded when a file matches. */
export const EXTRACTORS: readonly ExtractorEntry[] = [
  ...JAVASCRIPT_EXTRACTORS,
  ...PYTHON_EXTRACTORS,
  ...COMPILED_EXTRACTORS,
  ...JVM_EXTRACTORS,
  ...DOTNET_EXTRACTORS,
  ...DYNAMIC_EXTRACTORS,
  ...APPS_EXTRACTORS,
  ...DELIVERY_EXTRACTORS,
  ...INSTALLED_EXTRACTORS,
];
