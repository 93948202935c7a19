variables {
  clock         = { name = "orders", period = "168h", count = 1 }
  clock_address = "module.orders_clock"
  members       = { "terraform_data.orders" = "db-1", "terraform_data.files" = "bucket-1" }
}

run "the_records_are_those_that_a_review_reads" {
  command = plan
  assert {
    condition = terraform_data.guard.input == {
      api_version = "reprieve/v1"
      kind        = "Guard"
      target      = "orders"
      period      = "168h"
      members = [
        { address = "terraform_data.files", target = "orders" },
        { address = "terraform_data.orders", target = "orders" },
      ]
      clocks = { orders = "module.orders_clock.terraform_data.tombstone[0]" }
    }
    error_message = "The guard lists the members and the clock."
  }
  assert {
    condition     = terraform_data.identity["terraform_data.files"].input.objects == { orders = "bucket-1" } && length(terraform_data.identity["terraform_data.orders"].input.objects) == 0
    error_message = "The first member stands for the target."
  }
}

run "the_member_that_an_approval_names_can_be_chosen" {
  command = plan
  variables {
    root = "terraform_data.orders"
  }
  assert {
    condition     = terraform_data.identity["terraform_data.orders"].input.objects == { orders = "db-1" }
    error_message = "root says which one."
  }
}

run "no_member_goes_before_the_deadline" {
  command = plan
  variables {
    members = { "terraform_data.orders" = null }
  }
  expect_failures = [terraform_data.guard]
}

run "members_go_with_the_clock" {
  command = plan
  variables {
    clock   = { name = "orders", period = "168h", count = 0 }
    members = { "terraform_data.orders" = null }
  }
  assert {
    condition     = terraform_data.identity["terraform_data.orders"].input.objects.orders == null
    error_message = "What was reclaimed has no id."
  }
}

run "a_member_is_named_without_its_index" {
  command = plan
  variables {
    members = { "terraform_data.orders[0]" = "db-1" }
  }
  expect_failures = [var.members]
}

run "a_data_source_is_no_member" {
  command = plan
  variables {
    members = { "data.aws_db_instance.orders" = "db-1" }
  }
  expect_failures = [var.members]
}

run "a_member_may_be_in_a_module" {
  command = plan
  variables {
    members = { "module.db[0].module.this[\"a\"].aws_db_instance.this" = "db-1" }
  }
}

run "a_guard_has_members" {
  command = plan
  variables {
    members = {}
  }
  expect_failures = [var.members]
}

run "the_clock_is_a_module" {
  command = plan
  variables {
    clock_address = "terraform_data.tombstone"
  }
  expect_failures = [var.clock_address]
}
