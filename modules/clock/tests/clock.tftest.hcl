variables {
  name = "orders"
}

run "nothing_is_deleted_without_a_request" {
  assert {
    condition     = output.count == 1 && output.status == "active"
    error_message = "Without a request everything stays."
  }
  assert {
    condition     = output.deleted_at == null && output.reclaim_after == null
    error_message = "Without a request there is no deadline."
  }
  assert {
    condition     = length(terraform_data.tombstone) + length(terraform_data.hard_deletion) == 0
    error_message = "Without a request there is no record."
  }
}

run "a_request_begins_the_period_with_its_plan" {
  variables {
    request = { reason = "no longer needed", requested_by = "ann@example.org" }
  }
  assert {
    condition     = output.count == 1 && output.status == "soft deleted"
    error_message = "What is deleted stays until the deadline."
  }
  assert {
    condition     = output.reclaim_after == timeadd(output.deleted_at, "168h")
    error_message = "The deadline is a week after the plan."
  }
  assert {
    condition = terraform_data.tombstone[0].input == {
      api_version = "reprieve/v1"
      kind        = "Tombstone"
      target      = "orders"
      deleted_at  = output.deleted_at
      period      = "168h"
    }
    error_message = "The tombstone is the record that a review reads."
  }
}

run "the_period_of_a_running_deletion_does_not_change" {
  variables {
    period       = "2h"
    plan_max_age = "1h30m"
    request      = { reason = "a different reason", requested_by = "bob@example.org" }
  }
  assert {
    condition     = output.reclaim_after == timeadd(output.deleted_at, "168h") && output.period == "2h"
    error_message = "A shorter period is for later deletions."
  }
}

run "taking_the_request_back_restores" {
  assert {
    condition     = output.count == 1 && output.status == "active" && length(terraform_data.tombstone) == 0
    error_message = "Without the request, the clock is gone."
  }
}

run "an_approval_deletes_at_once" {
  variables {
    request = {
      reason       = "a duty to erase"
      requested_by = "ann@example.org"
      approval     = { by = "bob@example.org", at = "2998-12-31T00:00:00Z", expires = "2999-01-01T00:00:00Z", uid = "db-1" }
    }
  }
  assert {
    condition     = output.count == 0 && output.status == "hard deleted"
    error_message = "A hard deletion doesn't wait."
  }
  assert {
    condition     = terraform_data.hard_deletion[0].input.approved_by == "bob@example.org" && terraform_data.hard_deletion[0].input.uid == "db-1"
    error_message = "The record says who approved which object."
  }
}

run "an_expired_approval_deletes_nothing" {
  command = plan
  variables {
    name = "others"
    request = {
      reason       = "a duty to erase"
      requested_by = "ann@example.org"
      approval     = { by = "bob@example.org", at = "2019-12-31T00:00:00Z", expires = "2020-01-01T00:00:00Z", uid = "db-1" }
    }
  }
  plan_options {
    replace = [terraform_data.hard_deletion[0]]
  }
  expect_failures = [terraform_data.hard_deletion]
}

run "nobody_approves_a_request_of_their_own" {
  command = plan
  variables {
    request = {
      reason       = "a duty to erase"
      requested_by = "ann@example.org"
      approval     = { by = "Ann@example.org ", at = "2998-12-31T00:00:00Z", expires = "2999-01-01T00:00:00Z", uid = "db-1" }
    }
  }
  expect_failures = [var.request]
}

run "a_request_has_a_reason" {
  command = plan
  variables {
    request = { reason = "obsolete", requested_by = "ann@example.org" }
  }
  expect_failures = [var.request]
}

run "a_period_is_longer_than_a_plan_may_wait" {
  command = plan
  variables {
    period = "1h"
  }
  expect_failures = [var.period]
}

run "a_period_is_in_hours_minutes_and_seconds" {
  command = plan
  variables {
    period = "7d"
  }
  expect_failures = [var.period]
}

run "a_name_is_no_path" {
  command = plan
  variables {
    name = "orders/db"
  }
  expect_failures = [var.name]
}
