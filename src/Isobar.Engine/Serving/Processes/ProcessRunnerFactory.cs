using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Models;

namespace Isobar.Engine.Serving.Processes;

/// <summary>Lays the <c>/opt/ml</c>-shaped tree for servers of the user's own and starts them.</summary>
internal sealed class ProcessRunnerFactory
{
    private readonly string _folder;
    private readonly IModelPackages _packages;
    private readonly ILogStore _logs;
    private readonly TimeProvider _time;

    public ProcessRunnerFactory(EngineOptions options, IModelPackages packages, ILogStore logs, TimeProvider time)
    {
        (_packages, _logs, _time, _folder) = (packages, logs, time, Path.GetFullPath(Path.Combine(options.DataDirectory, "serving")));
        // Trees of servers that went with an earlier run of this program.
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);
    }

    public async Task<Result<ModelRunner>> StartAsync(ScriptModelProgram program, VariantSpec variant, int count, ModelPackage? package, CancellationToken ct)
    {
        if (program.Command.Count == 0) return new Error(ErrorCode.InvalidArgument, "The model's command is empty.");
        string? code = null;
        if (program.Source is { } source)
        {
            if (!(await _packages.OpenAsync(source, ct).ConfigureAwait(false)).TryGet(out var sources, out var error)) return error;
            code = sources.Folder;
        }
        else if (package is not null && Directory.Exists(Path.Combine(package.Folder, "code")))
        {
            code = Path.Combine(package.Folder, "code");
        }
        var root = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        var ml = Lay(root, package?.Folder, code);
        var command = Command(program, variant, ml);
        var runner = new ProcessRunner(command, variant, root, _time);
        try
        {
            if ((await runner.SetCountAsync(count, ct).ConfigureAwait(false)).Error is not { } failure) return runner;
            await runner.CloseAsync().ConfigureAwait(false);
            return failure;
        }
        catch (OperationCanceledException)
        {
            await runner.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Links, not copies: a model may have gigabytes. The tree is the process's own, what the links name is shared.
    private static string Lay(string root, string? model, string? code)
    {
        var ml = Path.Combine(root, "ml");
        Directory.CreateDirectory(Path.Combine(ml, "output"));
        Link(Path.Combine(ml, "model"), model);
        Link(Path.Combine(ml, "code"), code);
        return ml;

        static void Link(string path, string? target)
        {
            if (target is null) Directory.CreateDirectory(path);
            else Directory.CreateSymbolicLink(path, target);
        }
    }

    private ServerCommand Command(ScriptModelProgram program, VariantSpec variant, string ml)
    {
        var (model, code) = (Path.Combine(ml, "model"), Path.Combine(ml, "code"));
        var environment = new Dictionary<string, string>
        {
            ["SM_MODEL_DIR"] = model,
            ["SAGEMAKER_MODEL_DIR"] = model,
            ["SM_MODULE_DIR"] = code,
            ["SM_NUM_CPUS"] = Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["SM_NUM_GPUS"] = "0",
            ["PYTHONUNBUFFERED"] = "1",
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        foreach (var (name, value) in variant.Model.Environment) environment[name] = Rewrite(value);
        return new ServerCommand(program, [.. program.Command.Select(Rewrite)], code, ml, environment, variant.StartTimeout, OnLine);

        string Rewrite(string text) => text.Replace("{model}", model, StringComparison.Ordinal).Replace("{code}", code, StringComparison.Ordinal).Replace("/opt/ml", ml, StringComparison.Ordinal);

        void OnLine(string line)
        {
            if (variant.Log is { } log) _logs.Append(log, _time.GetUtcNow(), line);
        }
    }
}
