using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine;
using Isobar.Engine.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar keys</c>: the access keys that <c>isobar up --verify-signatures</c> and <c>--require-keys</c> take. They lie in the data directory; a running server sees every change at once.</summary>
internal static class KeysCommand
{
    private static readonly Option<string> Account = new("--account") { Description = "The account that the bearer acts for: twelve digits", DefaultValueFactory = _ => "000000000000" };
    private static readonly Option<bool> Export = new("--export") { Description = "Print shell variables, for eval" };
    private static readonly Argument<string> Id = new("id") { Description = "The access key's id" };

    public static Command Create()
    {
        Account.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<string>() is not { Length: 12 } value || !value.All(char.IsAsciiDigit)) r.AddError("--account takes twelve digits");
        });
        var create = new Command("create", "Make a key; its secret is shown this once") { Account, Export };
        create.SetAction((parsed, ct) => WithAsync(parsed, (keys, p) => CreateAsync(keys, p, ct)));
        var list = new Command("list", "List the keys, without their secrets");
        list.SetAction((parsed, ct) => WithAsync(parsed, (keys, p) => ListAsync(keys, p, ct)));
        var revoke = new Command("revoke", "End a key") { Id };
        revoke.SetAction((parsed, ct) => WithAsync(parsed, (keys, p) => RevokeAsync(keys, p, ct)));
        return new Command("keys", "Make, list and revoke the access keys that --verify-signatures and --require-keys check") { create, list, revoke };
    }

    private static async Task<int> WithAsync(ParseResult parsed, Func<IKeyRing, ParseResult, Task<int>> run)
    {
        await using var services = new ServiceCollection().AddSingleton(TimeProvider.System)
            .AddSingleton(new EngineOptions { DataDirectory = Path.GetFullPath(parsed.GetValue(Globals.Data)!) }).AddKeys().BuildServiceProvider();
        try { return await run(services.GetRequiredService<IKeyRing>(), parsed); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return Exit.Fail(Exit.Unavailable, e.Message); }
    }

    private static async Task<int> CreateAsync(IKeyRing keys, ParseResult parsed, CancellationToken ct)
    {
        var key = await keys.CreateAsync(parsed.GetValue(Account)!, ct);
        if (parsed.GetValue(Globals.Json)) Output.Json(new JsonObject { ["accessKeyId"] = key.Id, ["secretAccessKey"] = key.Secret, ["account"] = key.Account, ["created"] = key.Created });
        else if (parsed.GetValue(Export)) Console.WriteLine($"export AWS_ACCESS_KEY_ID='{key.Id}'\nexport AWS_SECRET_ACCESS_KEY='{key.Secret}'\nunset AWS_SESSION_TOKEN");
        else Console.WriteLine($"Access key id      {key.Id}\nSecret access key  {key.Secret}\nThe secret is not shown again.");
        return Exit.Ok;
    }

    private static async Task<int> ListAsync(IKeyRing keys, ParseResult parsed, CancellationToken ct)
    {
        Output.Rows(parsed.GetValue(Globals.Json), ["Id", "Account", "Created"],
            [.. (await keys.ListAsync(ct)).Select(k => new[] { k.Id, k.Account, k.Created.ToString("u", CultureInfo.InvariantCulture) })], "no keys; make one with 'isobar keys create'");
        return Exit.Ok;
    }

    private static async Task<int> RevokeAsync(IKeyRing keys, ParseResult parsed, CancellationToken ct)
    {
        var id = parsed.GetValue(Id)!;
        if ((await keys.RevokeAsync(id, ct)).Error is not { } error) return Exit.Ok;
        return Exit.Fail(Session.Suggest(error, id, Result<IReadOnlyList<AccessKey>>.Ok(await keys.ListAsync(ct)), k => k.Id));
    }
}
