using System.CommandLine;
using Isobar.Aws.SageMaker.Monitoring.Reports;
using Isobar.Cli;
using Isobar.Cli.Commands;
using Isobar.Engine.Processing.Worker;
using Isobar.Engine.Training.Worker;

// The children first, before anything of the command line is built: its start is part of every job.
if (args is ["worker", "train", "--dir", var ml]) return await TrainingWorker.RunAsync(ml);
if (args is ["worker", "process", "--dir", var folder, "--name", var analysis]) return await ProcessingWorker.RunAsync(folder, analysis, [new ModelMonitorAnalyzer()]);

var root = new RootCommand("Isobar: the AI cloud of this machine, in the dialects of SageMaker, Vertex AI and Azure ML")
{
    Globals.Data,
    Globals.Json,
    UpCommand.Create(),
    EnvCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
