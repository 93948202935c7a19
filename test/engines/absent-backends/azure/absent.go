// Package absent stands in for Terraform's backend "azure": a module of its own, which module proxies
// don't have for this version.
package absent

import "github.com/hashicorp/terraform/internal/backend"

// New refuses: whoever configures this backend has to hear that it isn't here.
func New() backend.Backend {
	panic("this build of Terraform, for tests, has no backend \"azure\"")
}
