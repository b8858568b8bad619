using System.CommandLine;
using Isobar.Aws.SageMaker.Monitoring.Reports;
using Isobar.Cli;
using Isobar.Cli.Commands;
using Isobar.Engine.OnPremises;
using Isobar.Engine.Processing.Worker;
using Isobar.Engine.Training.Worker;
using Spectre.Console;

// The children first, before anything of the command line is built: its start is part of every job.
if (args is ["worker", "train", "--dir", var ml]) return await TrainingWorker.RunAsync(ml);
if (args is ["worker", "algorithm", .. var words]) return await AlgorithmCommand.RunAsync(words);
if (args is ["worker", "process", "--dir", var folder, "--name", var analysis]) return await ProcessingWorker.RunAsync(folder, analysis, [new ModelMonitorAnalyzer(), new BaselineProcessor()]);

// A file or a pipe has no width of its own.
if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 120;

var root = new RootCommand("Isobar: the AI cloud of this machine, in the dialects of SageMaker, Vertex AI and Azure ML")
{
    Globals.Data,
    Globals.Json,
    Globals.Endpoint,
    UpCommand.Create(),
    EnvCommand.Create(),
    DemoCommand.Create(),
    TrainCommand.Create(),
    DeployCommand.Create(),
    PredictCommand.Create(),
    JobsCommand.Create(),
    EndpointsCommand.Create(),
    LogsCommand.Create(),
    MonitoringCommand.Create(),
    QualityCommands.Quality(),
    QualityCommands.Label(),
    StatusCommand.Create(),
    ManifestCommands.Validate(),
    ManifestCommands.Schema(),
    PlanCommand.Create(),
    ApplyCommand.Create(),
    ProjectCommands.Destroy(),
    ProjectCommands.Projects(),
    ProjectCommands.Models(),
    ProjectCommands.Promote(),
    ProjectCommands.Rollback(),
    ProjectCommands.Clouds(),
    BatchCommand.Create(),
    CostsCommand.Create(),
    AuditCommand.Create(),
    ResetCommand.Create(),
    KeysCommand.Create(),
    SupportCommand.Create(),
    CompletionCommand.Create(),
};
HelpWithExitCodes.AddTo(root);
return await Running.RunAsync(root.Parse(args));
