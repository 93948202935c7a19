package main

import rego.v1

ingresses := of_kinds({"ingress"})

network_policies := of_kinds({"network_policy"})

everybody := {"0.0.0.0/0", "::/0"}

deny contains fault("ingress-has-tls", ingress) if {
	some ingress in ingresses
	count(object.get(block(ingress.values, "spec"), "tls", [])) == 0
}

deny contains fault("load-balancer-names-sources", service) if {
	some service in services
	spec := block(service.values, "spec")
	spec.type == "LoadBalancer"
	not names_sources(spec)
}

names_sources(spec) if {
	count(spec.load_balancer_source_ranges) > 0
	every range in spec.load_balancer_source_ranges {
		not range in everybody
	}
}

deny contains fault("no-external-ips", service) if {
	some service in services
	count(object.get(block(service.values, "spec"), "external_ips", [])) > 0
}

deny contains fault("no-node-port", service) if {
	some service in services
	block(service.values, "spec").type == "NodePort"
}

deny contains fault("no-open-ingress", network_policy) if {
	some network_policy in network_policies
	some ingress in block(network_policy.values, "spec").ingress
	is_open(ingress)
}

is_open(ingress) if count(object.get(ingress, "from", [])) == 0

is_open(ingress) if {
	some from in ingress.from
	some ip_block in from.ip_block
	ip_block.cidr in everybody
}
