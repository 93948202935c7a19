// Package oci stands in for Terraform's backend of that name, a module of its own that no registry
// of modules serves. Nothing here keeps a state with that cloud.
package oci

import "github.com/hashicorp/terraform/internal/backend"

// New refuses: whoever configures this backend has to hear that it isn't here.
func New() backend.Backend {
	panic("this build of Terraform has no backend for Oracle's cloud")
}
