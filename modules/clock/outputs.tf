output "count" {
  description = "The value for `count` of everything that is deleted with this clock: 1, and 0 once the deletion is permanent."
  value       = local.is_gone ? 0 : 1
}

output "name" {
  description = "The target's name, for the guard."
  value       = var.name
}

output "period" {
  description = "The period of a deletion that begins, for the guard."
  value       = var.period
}

output "status" {
  description = "active, soft deleted or hard deleted."
  value       = local.tombstone == null ? "active" : local.is_gone ? "hard deleted" : "soft deleted"
}

output "deleted_at" {
  description = "When the deletion began; null where there is none."
  value       = local.tombstone == null ? null : local.tombstone.deleted_at
}

output "reclaim_after" {
  description = "The deadline, recoverable until then; null where nothing is being deleted."
  value       = local.reclaim_after
}
