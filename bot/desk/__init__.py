"""The case desk 工单台: what may happen to a case."""
