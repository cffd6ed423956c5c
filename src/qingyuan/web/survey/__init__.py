"""排查专项: campaigns, their plan and teams, segments and coverage, second walks."""
