package main

import rego.v1

deny contains fault("default-account-has-no-token", account) if {
	some account in accounts
	object.get(account.values, "automount_service_account_token", true) != false
}

deny contains fault("no-credential-in-environment", container) if {
	some container in containers
	some variable in container.values.env
	regex.match(`(?i)(password|passwd|secret|token|api_?key|private_?key|credential)s?$`, variable.name)
	is_set(variable.value)
}

deny contains fault("no-key-in-arguments", container) if {
	some container in containers
	some key in ["command", "args"]
	some argument in container.values[key]
	regex.match(`(?i)(^--?[a-z-]*(password|passwd|secret|token|api-?key)=[^$]|://[^/@ :]+:[^/@ $]+@)`, argument)
}

deny contains fault("no-key-in-config-map", config_map) if {
	some config_map in config_maps
	some text in config_map.values.data
	regex.match(`-----BEGIN [A-Z ]*PRIVATE KEY-----`, text)
}

deny contains fault("no-legacy-registry-secret", secret) if {
	some secret in secrets
	secret.values.type == "kubernetes.io/dockercfg"
}

deny contains fault("no-long-lived-token", secret) if {
	some secret in secrets
	secret.values.type == "kubernetes.io/service-account-token"
}

deny contains fault("secret-not-in-state", secret) if {
	some secret in secrets
	some key in ["data", "binary_data"]
	count(secret.values[key]) > 0
}

deny contains fault("token-not-mounted", pod) if {
	some pod in pods
	object.get(pod.spec, "automount_service_account_token", true) != false
}
