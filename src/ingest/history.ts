import type { Component } from '../model/facts.ts';

/** What only a pedigree names is where a component came from, not what is in the product. But a model holds the model it was tuned from. */
export function isHistory(component: Component): boolean {
  return component.role === 'pedigree' && component.type !== 'machine-learning-model';
}
