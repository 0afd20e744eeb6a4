import type { Component } from '../../model/facts.ts';
import { relationCode } from '../../model/relation.ts';
import type { Gathering } from './components.ts';
import { placeOf, type Shape } from './shape.ts';

const TRAINED_ON = relationCode('TRAINED_ON');
const NONE: readonly never[] = [];

/**
 * The datasets of a model card (`modelCard.modelParameters.datasets`): named by ref, or stated inline. The specification says of the list that the model
 * was trained and evaluated with it and does not tell the two apart, so each is a TRAINED_ON: whoever asks for a poisoned dataset must see the model.
 */
export function readDatasets(gathering: Gathering, owner: Shape, model: number, at: string): void {
  const { taker } = gathering;
  const card = taker.shape(owner, 'modelCard', at);
  const parameters = card === null ? null : taker.shape(card, 'modelParameters', `${at}/modelCard`);
  if (parameters === null || parameters['datasets'] === undefined) return;
  const here = `${at}/modelCard/modelParameters`;
  const list = taker.list(parameters, 'datasets', here);
  for (let i = 0; i < list.length; i++) {
    const pointer = `${here}/datasets/${i}`;
    const shape = taker.item(list[i], 'A dataset', pointer);
    if (shape !== null) readDataset(gathering, shape, model, pointer);
  }
}

function readDataset(gathering: Gathering, shape: Shape, model: number, pointer: string): void {
  const { taker } = gathering;
  const at = placeOf(shape, pointer);
  const ref = taker.text(shape, 'ref', at);
  if (ref !== null) {
    if (!gathering.linkIfBomLink(ref, model, TRAINED_ON, at))
      gathering.pending.push({ from: model, ref, type: TRAINED_ON, at });
    return;
  }
  const to = gathering.add(datasetEntry(gathering, shape, at));
  gathering.relations.push({ from: model, to, type: TRAINED_ON });
}

function datasetEntry(gathering: Gathering, shape: Shape, at: string): Component {
  const { taker } = gathering;
  const contents = shape['contents'] === undefined ? null : taker.shape(shape, 'contents', at);
  const url = contents === null ? null : taker.text(contents, 'url', `${at}/contents`);
  const name = taker.text(shape, 'name', at);
  if (name === null) taker.diagnostics.warning('missing-name', 'The dataset has no name.', at);
  const classification = taker.text(shape, 'classification', at);
  return {
    ref: taker.text(shape, 'bom-ref', at),
    role: 'dataset',
    type: 'data',
    group: null,
    name: name ?? '',
    version: null,
    purls: NONE,
    cpes: NONE,
    digests: NONE,
    swids: NONE,
    gitoids: NONE,
    licences: { declared: NONE, concluded: NONE },
    supplier: null,
    originators: NONE,
    scope: null,
    ownership: null,
    parent: null,
    references: url === null ? NONE : [{ type: 'distribution', url }],
    properties: classification === null ? NONE : [['classification', classification]],
    dates: null,
    description: taker.text(shape, 'description', at),
    locations: NONE,
    resolves: NONE,
    at,
  };
}
