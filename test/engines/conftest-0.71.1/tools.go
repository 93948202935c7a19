//go:build tools

// What this folder builds, so that go.mod and go.sum list all that it needs.
package tools

import _ "github.com/open-policy-agent/conftest"
