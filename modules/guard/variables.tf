variable "clock" {
  description = "The clock module as a whole: module.orders_clock."
  type = object({
    name   = string
    period = string
    count  = number
  })
  nullable = false
}

variable "clock_address" {
  description = "The address of the clock module as text: \"module.orders_clock\". A module can't know its own."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^module\\.[^.\\[\\]]+(\\[(\"[^\"]*\"|[0-9]+)\\])?(\\.module\\.[^.\\[\\]]+(\\[(\"[^\"]*\"|[0-9]+)\\])?)*$", var.clock_address))
    error_message = "The address of the clock is module.NAME, with the modules around it."
  }
}

variable "members" {
  description = "What is deleted with the clock, by address without its own index, such as aws_db_instance.orders; the value is its id, null once it is reclaimed: one(aws_db_instance.orders[*].id)."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.members) > 0
    error_message = "A guard has at least one member."
  }

  validation {
    condition = alltrue([
      for address in keys(var.members) :
      can(regex("^(module\\.[^.\\[\\]]+(\\[(\"[^\"]*\"|[0-9]+)\\])?\\.)*[a-zA-Z_][a-zA-Z0-9_-]*\\.[a-zA-Z_][a-zA-Z0-9_-]*$", address)) && !can(regex("(^|\\.)data\\.", address))
    ])
    error_message = "Each member is named by its address without its own index: aws_db_instance.orders, or module.db[0].aws_db_instance.this."
  }
}

variable "root" {
  description = "The member whose id an approval of a hard deletion names. Default: the first, in the order of the alphabet."
  type        = string
  default     = null

  validation {
    condition     = var.root == null || contains(keys(var.members), coalesce(var.root, "-"))
    error_message = "root is one of the members' addresses."
  }
}
