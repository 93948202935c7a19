//go:build tools

// What this folder builds, so that go.mod and go.sum list all that it needs.
package tools

import _ "helm.sh/helm/v4/cmd/helm"
