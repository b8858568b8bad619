using System.CommandLine;
using Isobar.Azure;
using Isobar.Google;
using Isobar.Server.Hosting;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar env</c>: the variables that point the official tools at the running server.</summary>
internal static class EnvCommand
{
    public static Command Create()
    {
        var shell = new Option<string>("--shell") { Description = "bash, fish, pwsh or cmd", DefaultValueFactory = _ => "bash" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh", "cmd");
        var command = new Command("env", "Print what the official SDKs and CLIs need, for eval") { shell };
        command.SetAction(parsed =>
        {
            if (RunFile.Read(parsed.GetValue(Globals.Data)!) is not { } server)
                return Exit.Fail(Exit.Unavailable, $"no Isobar runs on the data directory {Path.GetFullPath(parsed.GetValue(Globals.Data)!)}; start one with 'isobar up'");
            var variables = Variables(server);
            if (parsed.GetValue(Globals.Json)) Output.Json(variables, CliJson.Default.DictionaryStringString);
            else
                foreach (var (name, value) in variables) Console.WriteLine(Line(parsed.GetValue(shell)!, name, value));
            return Exit.Ok;
        });
        return command;
    }

    public static Dictionary<string, string> Variables(ServerAddresses server)
    {
        var variables = new Dictionary<string, string>(GoogleEnvironment.Variables(server.DataDirectory, server.Gcp))
        {
            ["AWS_ENDPOINT_URL"] = server.Aws,
            ["AWS_REGION"] = "us-east-1",
            ["AWS_DEFAULT_REGION"] = "us-east-1",
            ["ISOBAR_CA_BUNDLE"] = server.Ca,
            ["ISOBAR_ENDPOINT"] = server.Control,
            ["ISOBAR_DATA"] = server.DataDirectory,
        };
        foreach (var (name, value) in AzureEnvironment.Variables(server.Azure, server.Ca)) variables[name] = value;
        // A server that checks signatures takes only keys of 'isobar keys', whose secrets are known to their bearer alone.
        if (!server.VerifySignatures) (variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"]) = ("test", "test");
        return variables;
    }

    private static string Line(string shell, string name, string value) => shell switch
    {
        "fish" => $"set -gx {name} '{value.Replace("'", "\\'", StringComparison.Ordinal)}';",
        "pwsh" => $"$env:{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'",
        "cmd" => $"set {name}={value}",
        _ => $"export {name}='{value.Replace("'", "'\\''", StringComparison.Ordinal)}'",
    };
}
