package main

import rego.v1

deny contains fault("no-anonymous", binding) if {
	some binding in bindings
	some subject in binding.values.subject
	subject.name in {"system:anonymous", "system:unauthenticated"}
}

deny contains fault("no-cluster-admin", binding) if {
	some binding in bindings
	block(binding.values, "role_ref").name == "cluster-admin"
}

deny contains fault("no-cluster-wide-secrets", role) if {
	some role in cluster_roles
	some rule in role.values.rule
	some resource in rule.resources
	resource in {"secrets", "*"}
	some verb in rule.verbs
	verb in {"get", "list", "watch", "*"}
}

deny contains fault("no-default-account", binding) if {
	some binding in bindings
	some subject in binding.values.subject
	subject.kind == "ServiceAccount"
	subject.name == "default"
}

deny contains fault("no-escalation", role) if {
	some role in roles
	some rule in role.values.rule
	some verb in rule.verbs
	verb in {"escalate", "bind", "impersonate"}
}

deny contains fault("no-exec", role) if {
	some role in roles
	some rule in role.values.rule
	some resource in rule.resources
	resource in {"pods/exec", "pods/attach"}
}

deny contains fault("no-wildcard-resources", role) if {
	some role in roles
	some rule in role.values.rule
	"*" in rule.resources
}

deny contains fault("no-wildcard-verbs", role) if {
	some role in roles
	some rule in role.values.rule
	"*" in rule.verbs
}
