import { isSuperseded } from '../graph/hits.ts';
import type { Shown, ShownApp, ShownDigest, ShownDocument, ShownPackage } from '../graph/show.ts';
import type { BomRecord, StatementRecord } from '../store/ports.ts';
import type { Scope } from '../store/scope.ts';
import { isoOf } from './ask.ts';
import { claimJson } from './claims.ts';

/** What `show` found, in the shape that scripts rely on. */
export function shownJson(shown: Shown, scope: Scope): object {
  switch (shown.kind) {
    case 'app':
      return appJson(shown, scope);
    case 'document':
      return documentJson(shown, scope);
    case 'package':
      return packageJson(shown);
    case 'digest':
      return digestJson(shown);
  }
}

function appJson(
  { app, release, releases, boms, share, contacts, own, statements }: ShownApp,
  scope: Scope,
): object {
  return {
    kind: 'app',
    app: app.name,
    key: app.key,
    rule: app.rule,
    aliases: app.aliases,
    labels: app.labels.map(label => `${label.key}=${label.value}`),
    retired: app.retiredAt !== null,
    release,
    releases: releases.map(one => ({
      release: one.release,
      branch: one.branch,
      documents: one.documents,
      last: isoOf(one.lastRecorded),
      retired: one.retiredAt !== null,
    })),
    documents: boms.map(bom => bomJson(bom, scope)),
    share: share ?? 'unknown',
    contacts: {
      own: own.length > 0 ? own : 'unknown',
      upstream: contacts.map(one => ({ ...one, ways: one.ways.length > 0 ? one.ways : 'unknown' })),
    },
    statements: statements.map(statementJson),
  };
}

function bomJson(bom: BomRecord, scope: Scope): object {
  return {
    document: bom.document.sha256,
    name: bom.document.name,
    release: bom.release,
    created: bom.created === null ? null : isoOf(bom.created),
    tools: bom.tools,
    supplier: bom.supplier,
    components: bom.counts.components,
    dependencies: bom.counts.dependencies,
    superseded: isSuperseded(bom, scope),
    trust: bom.document.trust,
  };
}

function statementJson(said: StatementRecord): object {
  return {
    who: said.who,
    when: isoOf(said.when),
    because: said.because,
    document: said.document,
    ...said.statement,
  };
}

function documentJson(shown: ShownDocument, scope: Scope): object {
  const { document, bom, diagnostics, members, statements, verdict, stated } = shown;
  return {
    kind: 'document',
    sha256: document.sha256,
    name: document.name,
    size: document.size,
    status: document.status,
    type: document.kind,
    format: document.format,
    encoding: document.encoding,
    specVersion: document.specVersion,
    recorded: isoOf(document.recordedFrom),
    container: document.container,
    trust: document.trust,
    identity: verdict?.identity ?? null,
    reason: verdict?.reason ?? null,
    stated,
    bom:
      bom === null
        ? null
        : {
            ...bomJson(bom, scope),
            app: bom.appName,
            key: bom.app,
            rule: bom.rule,
            subjects: bom.subjects,
            gaps: bom.gaps,
            serialNumber: bom.serialNumber,
            namespace: bom.namespace,
          },
    diagnostics,
    members: members.map(member => ({
      sha256: member.sha256,
      path: member.container?.path ?? member.name,
      status: member.status,
    })),
    statements: statements.map(statementJson),
  };
}

function packageJson({
  resolved,
  found,
  licences,
  ways,
  suppliers,
  source,
  statements,
}: ShownPackage): object {
  return {
    kind: 'package',
    query: resolved.query.text,
    identities: resolved.identities.map(identity => ({
      [identity.label.kind]: identity.label.text,
      version: identity.label.version,
    })),
    apps: found.counts.apps,
    documents: found.counts.documents,
    licenses: licences,
    suppliers,
    source,
    contacts: ways.length > 0 ? ways : 'unknown',
    statements: statements.map(statementJson),
  };
}

function digestJson({ value, document, entries, claims }: ShownDigest): object {
  return {
    kind: 'digest',
    digest: value,
    document: document === null ? null : { sha256: document.sha256, name: document.name },
    entries: entries.map(({ hit, bom, name, version, algorithm }) => ({
      kind: hit.kind,
      algorithm,
      name,
      version,
      app: bom.appName,
      release: bom.release,
      document: bom.document.sha256,
      trust: bom.document.trust,
    })),
    claims: claims.map(claimJson),
  };
}
