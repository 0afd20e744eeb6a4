import type { ClaimStatus, Justification, VerdictStatus } from '../../model/advisory.ts';

/** CycloneDX `analysis.state` (1.7 adds the words of OpenVEX) and the status it means. */
const STATES: Readonly<Record<string, ClaimStatus>> = {
  exploitable: 'affected',
  affected: 'affected',
  in_triage: 'under_investigation',
  under_investigation: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  fixed: 'fixed',
};

/** The status that `analysis.state` means, in any capitals; null for a word of no specification. `not_set`, as Dependency-Track has it, is as good as no analysis. */
export function statusOf(state: string): ClaimStatus | null {
  const word = state.toLowerCase();
  if (word === 'not_set') return 'affected';
  return Object.hasOwn(STATES, word) ? (STATES[word] ?? null) : null;
}

/** CycloneDX justifications that mean the same as an OpenVEX one; `requires_*` have no counterpart and stay as stated. */
export const JUSTIFICATIONS: Readonly<Record<string, Justification>> = {
  code_not_present: 'vulnerable_code_not_present',
  code_not_reachable: 'vulnerable_code_not_in_execute_path',
  protected_by_compiler: 'inline_mitigations_already_exist',
  protected_at_runtime: 'inline_mitigations_already_exist',
  protected_at_perimeter: 'inline_mitigations_already_exist',
  protected_by_mitigating_control: 'inline_mitigations_already_exist',
  component_not_present: 'component_not_present',
  vulnerable_code_not_present: 'vulnerable_code_not_present',
  vulnerable_code_not_in_execute_path: 'vulnerable_code_not_in_execute_path',
  vulnerable_code_cannot_be_controlled_by_adversary: 'vulnerable_code_cannot_be_controlled_by_adversary',
  inline_mitigations_already_exist: 'inline_mitigations_already_exist',
};

/** The state that CycloneDX 1.6 writes for a status; what has no verdict yet is in triage. */
export const STATE_OF: Readonly<Record<VerdictStatus, string>> = {
  affected: 'exploitable',
  not_affected: 'not_affected',
  fixed: 'resolved',
  under_investigation: 'in_triage',
  unknown: 'in_triage',
};

/**
 * The CycloneDX 1.6 justification that says as much as the OpenVEX one and no more; null where there is none: that the attacker does not control the code is
 * said in words.
 */
export const JUSTIFICATION_OF: Readonly<Record<Justification, string | null>> = {
  component_not_present: 'code_not_present',
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  vulnerable_code_cannot_be_controlled_by_adversary: null,
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
};
