#!/usr/bin/env node
import { superviseCommand } from "./supervise.ts";

process.exitCode = await superviseCommand(process.argv.slice(2));
