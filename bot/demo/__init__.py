"""The demo hall 演示营业厅: data only, invented from end to end."""
