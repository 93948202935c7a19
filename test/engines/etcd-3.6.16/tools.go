//go:build tools

// What this folder builds, so that go.mod and go.sum list all that it needs.
package tools

import _ "go.etcd.io/etcd/server/v3"
