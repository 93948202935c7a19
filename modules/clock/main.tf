# The clock of one deletion. Its time is the time of the plan that began it, kept in state: nobody who edits
# code can set it back. The records are the ones that the constructs write (lib/state/clock.ts).

terraform {
  required_version = ">= 1.11"
}

locals {
  # A condition has to refer to an object, which a function alone is not.
  planned_at = plantimestamp()

  approval = try(var.request.approval, null)
  requests = var.request == null ? 0 : 1
  hard     = local.approval == null ? 0 : 1

  tombstone     = one(terraform_data.tombstone[*].input)
  reclaim_after = local.tombstone == null ? null : timeadd(local.tombstone.deleted_at, local.tombstone.period)
  is_over       = local.reclaim_after == null ? false : timecmp(plantimestamp(), local.reclaim_after) >= 0

  hard_deletion = one(terraform_data.hard_deletion[*].input)
  is_approved   = local.hard_deletion == null ? false : timecmp(local.hard_deletion.executed_at, local.approval.expires) < 0

  is_gone = local.is_over || local.is_approved
}

# No prevent_destroy: a restore takes the clock away. What the clock ends is kept by the guard.
resource "terraform_data" "tombstone" {
  count = local.requests

  input = {
    api_version = "reprieve/v1"
    kind        = "Tombstone"
    target      = var.name
    deleted_at  = plantimestamp()
    period      = var.period
  }

  lifecycle {
    ignore_changes = [input]

    precondition {
      condition     = timecmp(timestamp(), timeadd(local.planned_at, var.plan_max_age)) < 0
      error_message = "This plan is older than ${var.plan_max_age}, so the reclamation period of ${var.name} would be cut short. Nothing was deleted: make a new plan and apply that."
    }
  }
}

resource "terraform_data" "hard_deletion" {
  count = local.hard

  input = {
    api_version      = "reprieve/v1"
    kind             = "HardDeletion"
    target           = var.name
    executed_at      = plantimestamp()
    requested_by     = var.request.requested_by
    approved_by      = local.approval.by
    approved_at      = local.approval.at
    approval_expires = local.approval.expires
    uid              = local.approval.uid
  }

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition     = timecmp(self.input.executed_at, local.approval.expires) < 0
      error_message = "The approval of the hard deletion of ${var.name} expired at ${local.approval.expires}. Nothing was deleted: ask for a new approval."
    }
  }
}
