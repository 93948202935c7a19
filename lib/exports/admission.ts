// reprieve/admission: the admission policies as a construct, for the platform team's own stack.
export {
  AdmissionPolicies,
  type AdmissionPoliciesProps,
} from '../constructs/admission-policies.js';
