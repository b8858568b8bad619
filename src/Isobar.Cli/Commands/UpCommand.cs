using System.CommandLine;
using System.Net;
using Isobar.Server.Cluster;
using Isobar.Server.Hosting;
using Spectre.Console;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar up</c>: runs the server until it is asked to end.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var address = new Option<string>("--bind") { Description = "Address to listen on", DefaultValueFactory = _ => "127.0.0.1" };
        var control = Port("--port", 7700, "Port of the control plane; 0 for any free one");
        var aws = Port("--aws-port", 4566, "Port of the AWS dialect; 0 for any free one");
        var gcp = Port("--gcp-port", 4588, "Port of the Google Cloud dialect; 0 for any free one");
        var azure = Port("--azure-port", 4577, "Port of the Azure dialect; 0 for any free one");
        var ready = new Option<string?>("--ready-file") { Description = "Written, as JSON, once everything is ready" };
        var jobs = new Option<int?>("--max-parallel-jobs") { Description = "Children at the same time (default: one a processor, at least 2)" };
        var spot = new Option<double>("--spot-interruption-rate") { Description = "Probability, 0 to 1, that a managed spot job is interrupted, per attempt" };
        var verify = new Option<bool>("--verify-signatures") { Description = "Refuse requests that are not signed by a key of 'isobar keys'" };
        var require = new Option<bool>("--require-keys") { Description = "Have the control plane's API and the dashboard ask for a key of 'isobar keys'" };
        var authority = new Option<string?>("--oidc-authority") { Description = "OpenID provider whose tokens open the gateway's services, such as https://login.example.com" };
        var audience = new Option<string?>("--oidc-audience") { Description = "Audience that its tokens must be for (default: any)" };
        var cluster = new Option<string?>("--cluster") { HelpName = "connection", Description = "Be one of several servers that share this PostgreSQL database, such as \"Host=db;Database=isobar;Username=isobar\"; the password comes from PGPASSWORD or PGPASSFILE" };
        var clusterId = new Option<string>("--cluster-id") { Description = "Tells clusters in one database apart", DefaultValueFactory = _ => "isobar" };
        var silo = Port("--silo-port", 11111, "Port by which the servers of a cluster speak to each other; 0 for any free one");
        var advertise = new Option<string?>("--advertise") { HelpName = "address", Description = "Address by which the other servers of the cluster reach this one (default: that of --bind, or of this machine towards the database)" };
        var siloCertificate = new Option<string?>("--silo-certificate") { HelpName = "file", Description = "This server's certificate and private key (PEM) for the other servers of the cluster (default: of an authority that lies in the database)" };
        var siloAuthority = new Option<string?>("--silo-authority") { HelpName = "file", Description = "The authority (PEM) that signed the certificates of all servers of the cluster, and nothing else" };
        cluster.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<string?>() is { } text && new ClusterOptions { Connection = text }.Fault is { } fault) r.AddError($"--cluster is no connection string: {fault}");
        });
        var offset = new Option<TimeSpan>("--clock-offset") { Description = "How far its clock is ahead of the machine's, such as 03:00:00 (behind: --clock-offset=-00:20:00): a cloud with the wrong time, for tests" };
        offset.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<TimeSpan>().Duration() > TimeSpan.FromDays(3650)) r.AddError("--clock-offset is at most ten years");
        });
        authority.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<string?>() is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || uri is { Scheme: "http", IsLoopback: true }))) r.AddError("--oidc-authority is an https address");
        });
        jobs.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int?>() is < 1) r.AddError("--max-parallel-jobs is at least 1");
        });
        spot.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<double>() is < 0 or > 1) r.AddError("--spot-interruption-rate lies between 0 and 1");
        });
        var command = new Command("up", "Start the AI cloud of this machine and run until Ctrl-C") { address, control, aws, gcp, azure, ready, jobs, spot, verify, require, authority, audience, cluster, clusterId, silo, advertise, siloCertificate, siloAuthority, offset };
        command.SetAction(async (parsed, ct) =>
        {
            // Signals are heeded once the action has given way: a server that is ready must not be ended without a word while it still announces itself.
            await Task.Yield();
            if (!IPAddress.TryParse(parsed.GetValue(address), out var bind)) return Exit.Fail(Exit.Usage, $"--bind: '{parsed.GetValue(address)}' is not an IP address");
            IPAddress? reached = null;
            if (parsed.GetValue(advertise) is { } told && !IPAddress.TryParse(told, out reached)) return Exit.Fail(Exit.Usage, $"--advertise: '{told}' is not an IP address");
            if (reached is not null && (reached.Equals(IPAddress.Any) || reached.Equals(IPAddress.IPv6Any))) return Exit.Fail(Exit.Usage, $"--advertise: {reached} is every address of a machine, and none that others reach");
            if (reached is not null && parsed.GetValue(cluster) is null) return Exit.Fail(Exit.Usage, "--advertise goes with --cluster");
            if (parsed.GetValue(siloCertificate) is null != parsed.GetValue(siloAuthority) is null) return Exit.Fail(Exit.Usage, "--silo-certificate and --silo-authority go together");
            if (parsed.GetValue(siloCertificate) is not null && parsed.GetValue(cluster) is null) return Exit.Fail(Exit.Usage, "--silo-certificate goes with --cluster");
            var options = new IsobarServerOptions
            {
                DataDirectory = parsed.GetValue(Globals.Data)!,
                Address = bind,
                ControlPort = parsed.GetValue(control),
                AwsPort = parsed.GetValue(aws),
                GcpPort = parsed.GetValue(gcp),
                AzurePort = parsed.GetValue(azure),
                ReadyFile = parsed.GetValue(ready),
                MaxParallelJobs = parsed.GetValue(jobs),
                SpotInterruptionRate = parsed.GetValue(spot),
                VerifySignatures = parsed.GetValue(verify),
                RequireKeys = parsed.GetValue(require),
                OidcAuthority = parsed.GetValue(authority),
                OidcAudience = parsed.GetValue(audience),
                Cluster = parsed.GetValue(cluster) is { } connection ? new ClusterOptions { Connection = connection, Id = parsed.GetValue(clusterId)!, SiloPort = parsed.GetValue(silo), Advertise = reached, CertificateFile = parsed.GetValue(siloCertificate), AuthorityFile = parsed.GetValue(siloAuthority) } : null,
                ClockOffset = parsed.GetValue(offset),
                WorkerCommand = WorkerProgram.Command,
            };
            return await RunAsync(options, parsed.GetValue(Globals.Json), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(IsobarServerOptions options, bool json, CancellationToken ct)
    {
        try
        {
            await using var server = await IsobarServer.StartAsync(options, ct);
            if (json) Output.Json(server.Addresses, CliJson.Default.ServerAddresses);
            else Announce(server.Addresses, usual: Path.GetFullPath(".isobar") == server.Addresses.DataDirectory);
            await server.WaitForShutdownAsync(ct);
            if (!json) Console.WriteLine("Ending: what is under way is answered first.");
            return Exit.Ok;
        }
        catch (DataDirectoryInUseException e) { return Exit.Fail(Exit.Busy, e.Message); }
        catch (IOException e) { return Exit.Fail(Exit.Unavailable, e.Message); }
    }

    private static void Announce(ServerAddresses addresses, bool usual)
    {
        var data = usual ? "" : $" --data {addresses.DataDirectory}";
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("").AddColumn("");
        table.Columns[1].NoWrap();
        table.AddRow("[bold]AWS[/]", addresses.Aws.EscapeMarkup());
        table.AddRow("[bold]Google Cloud[/]", addresses.Gcp.EscapeMarkup());
        table.AddRow("[bold]Azure[/]", addresses.Azure.EscapeMarkup());
        table.AddRow("[bold]Control plane[/]", addresses.Control.EscapeMarkup());
        table.AddRow("[bold]Data[/]", addresses.DataDirectory.EscapeMarkup());
        AnsiConsole.MarkupLine("[green]Isobar is ready.[/] Ctrl-C ends it.");
        AnsiConsole.Write(table);
        foreach (var tool in OptionalTools.Find().Where(t => t.Path is null)) AnsiConsole.MarkupLine($"[yellow]{tool.Name} was not found:[/] {tool.Without.EscapeMarkup()}.");
        if (addresses.VerifySignatures) Console.WriteLine($"Requests must be signed by a key: eval \"$(isobar keys create --export{data})\" makes one.");
        Console.WriteLine($"In another terminal: eval \"$(isobar env{data})\"");
    }

    private static Option<int> Port(string name, int value, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 0 or > 65535) r.AddError($"{name} lies between 0 and 65535");
        });
        return option;
    }
}
