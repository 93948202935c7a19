variable "name" {
  description = "What is deleted: the target's name in every review, unique in the state."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.name) <= 128 && can(regex("^[a-zA-Z0-9._:-]+$", var.name))
    error_message = "The name is 1 to 128 letters, digits and the characters - . _ and :."
  }
}

variable "period" {
  description = "How long a deletion can be taken back, in hours, minutes and seconds, such as 168h. A deletion that has begun keeps its period."
  type        = string
  default     = "168h"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", var.period)) && can(timeadd("2000-01-01T00:00:00Z", var.period))
    error_message = "The period is hours, minutes and seconds, in this order: 168h, 1h30m or 90s."
  }

  validation {
    condition     = try(timecmp(timeadd("2000-01-01T00:00:00Z", var.period), timeadd("2000-01-01T00:00:00Z", var.plan_max_age)) > 0, true)
    error_message = "The period has to be longer than plan_max_age: a plan that waited so long would leave nothing of it."
  }
}

variable "plan_max_age" {
  description = "The oldest plan that may begin a deletion: the period counts from the plan."
  type        = string
  default     = "1h"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", var.plan_max_age)) && can(timeadd("2000-01-01T00:00:00Z", var.plan_max_age))
    error_message = "The age is hours, minutes and seconds, in this order: 1h, 30m or 90s."
  }
}

variable "request" {
  description = "The deletion request: why, and who asks. Null means that nothing is deleted; to restore, set it back to null. With an approval the deletion is a hard one, at once: by whom, when it was given and until when it is valid (RFC 3339, a review takes at most 7 days), and the id of the first member as the approver saw it."
  type = object({
    reason       = string
    requested_by = string
    approval = optional(object({
      by      = string
      at      = string
      expires = string
      uid     = string
    }))
  })
  default = null

  validation {
    condition     = var.request == null || try(length(trimspace(var.request.reason)) >= 10, false)
    error_message = "The reason has at least 10 characters: somebody will wonder later."
  }

  validation {
    condition     = var.request == null || try(length(trimspace(var.request.requested_by)) > 0, false)
    error_message = "requested_by names who asks for the deletion."
  }

  validation {
    condition     = try(var.request.approval, null) == null || try(lower(trimspace(var.request.approval.by)) != lower(trimspace(var.request.requested_by)), false)
    error_message = "Whoever asks for a hard deletion can't approve it: another person has to."
  }

  validation {
    condition     = try(var.request.approval, null) == null || can([timeadd(var.request.approval.at, "0s"), timeadd(var.request.approval.expires, "0s")])
    error_message = "approval.at and approval.expires are times such as 2027-01-31T12:00:00Z."
  }
}
