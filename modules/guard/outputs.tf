output "target" {
  description = "What the members are deleted with."
  value       = terraform_data.guard.output.target
}

output "members" {
  description = "The addresses of what is protected, as the review knows them."
  value       = [for member in terraform_data.guard.output.members : member.address]
}
