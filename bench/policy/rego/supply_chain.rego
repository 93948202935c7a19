package main

import rego.v1

deny contains fault("image-by-digest", container) if {
	some container in containers
	not contains(container.values.image, "@sha256:")
}

known_registries := {"docker.io", "ghcr.io", "quay.io", "registry.k8s.io", "icr.io"}

deny contains fault("image-from-known-registry", container) if {
	some container in containers
	registry := registry_of(container.values.image)
	not registry in known_registries
	not endswith(registry, ".icr.io")
}

# The first part is a host only where it looks like one.
registry_of(image) := first if {
	parts := split(image, "/")
	count(parts) > 1
	first := parts[0]
	is_host(first)
} else := "docker.io"

is_host(text) if contains(text, ".")

is_host(text) if contains(text, ":")

is_host("localhost")

deny contains fault("image-has-version", container) if {
	some container in containers
	not contains(container.values.image, "@")
	tag_of(container.values.image) in {"latest", "main", "master", "edge", "nightly"}
}

tag_of(image) := tag if {
	parts := split(image, "/")
	name := split(parts[count(parts) - 1], ":")
	count(name) == 2
	tag := name[1]
} else := "latest"
