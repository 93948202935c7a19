# What is deleted together, and where its clock is: what a review goes by. The records are the ones that the
# constructs write (lib/state/clock.ts).

terraform {
  required_version = ">= 1.11"
}

locals {
  addresses = sort(keys(var.members))
  root      = coalesce(var.root, local.addresses[0])
}

resource "terraform_data" "guard" {
  input = {
    api_version = "reprieve/v1"
    kind        = "Guard"
    target      = var.clock.name
    period      = var.clock.period
    members     = [for address in local.addresses : { address = address, target = var.clock.name }]
    clocks      = { (var.clock.name) = "${var.clock_address}.terraform_data.tombstone[0]" }
  }

  # A targeted destroy takes along what depends on its object, and is refused here.
  depends_on = [terraform_data.identity]

  lifecycle {
    prevent_destroy = true

    precondition {
      condition     = var.clock.count == 0 || alltrue([for id in values(var.members) : id != null])
      error_message = "A member of ${var.clock.name} would be deleted, and its deletion is not over. Put its code back, with count = the clock's count; to delete it, set the clock's request."
    }
  }
}

# One for each member; the root's has the uid that an approval of a hard deletion has to name. They stand in for
# prevent_destroy of the members, which would stop the reclaim too: an object that would be made, anew or in place
# of another, has no id yet, so that its entry here would be replaced as well, and that is refused. A member that is
# reclaimed has null, which is known. An entry is refused to go alone, with a member that leaves the list.
resource "terraform_data" "identity" {
  for_each = toset(local.addresses)

  triggers_replace = var.members[each.key] == ""

  input = {
    api_version = "reprieve/v1"
    kind        = "Identity"
    target      = var.clock.name
    objects     = { for address in [each.key] : var.clock.name => var.members[address] if address == local.root }
  }

  lifecycle {
    prevent_destroy = true
  }
}
