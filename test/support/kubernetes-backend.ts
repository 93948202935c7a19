/**
 * Code for a main.ts that keeps the state of `stack` in the cluster. cdktf has no class for this
 * backend. It is a remote one: it writes the state at the end, and keeps a lock when it is killed.
 *
 * @param suffix an expression for the end of the state's name
 */
export function kubernetesBackend(kubeconfig: string, suffix: string): string {
  const settings = { namespace: 'default', config_path: kubeconfig, insecure: true };
  return `
      class KubernetesBackend extends TerraformBackend {
        constructor(scope) { super(scope, 'backend', 'kubernetes'); }
        synthesizeAttributes() {
          return { ...${JSON.stringify(settings)}, secret_suffix: ${suffix} };
        }
        getRemoteStateDataSource() { throw new Error('not used'); }
      }
      new KubernetesBackend(stack);`;
}
