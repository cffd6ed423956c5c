"""运行: /health for load balancers and watchers, /metrics for monitoring, a page for the administrator."""
