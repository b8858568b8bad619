using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using ArchUnitNET.Loader;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace Isobar.Architecture;

/// <summary>Who may know whom.</summary>
public sealed class LayerTests
{
    private static readonly Assembly Core = typeof(Core.Results.Error).Assembly;
    private static readonly Assembly Engine = typeof(Engine.EngineOptions).Assembly;
    private static readonly Assembly Aws = typeof(Aws.AwsEmulatorRegistration).Assembly;
    private static readonly Assembly Google = typeof(Google.GoogleEmulatorRegistration).Assembly;
    private static readonly Assembly Azure = typeof(Azure.AzureEmulatorRegistration).Assembly;
    private static readonly Assembly MultiCloud = typeof(MultiCloud.Failover.RetryBudget).Assembly;
    private static readonly Assembly Server = typeof(Server.Hosting.IsobarServer).Assembly;
    private static readonly Assembly Cli = Assembly.Load("isobar");
    private static readonly Assembly[] Ours = [Core, Engine, Aws, Google, Azure, MultiCloud, Server, Cli];
    private static readonly ArchUnitNET.Domain.Architecture All = new ArchLoader().LoadAssemblies(Ours).Build();

    public static TheoryData<string, string[]> Knowledge() => new()
    {
        { "Isobar.Core", [] },
        { "Isobar.Engine", ["Isobar.Core"] },
        { "Isobar.Aws", ["Isobar.Core", "Isobar.Engine"] },
        { "Isobar.Google", ["Isobar.Core", "Isobar.Engine"] },
        { "Isobar.Azure", ["Isobar.Core", "Isobar.Engine"] },
        { "Isobar.MultiCloud", ["Isobar.Core"] },
        { "Isobar.Server", ["Isobar.Core", "Isobar.Engine", "Isobar.Aws", "Isobar.Google", "Isobar.Azure", "Isobar.MultiCloud"] },
        { "isobar", ["Isobar.Core", "Isobar.Engine", "Isobar.Aws", "Isobar.Google", "Isobar.Azure", "Isobar.MultiCloud", "Isobar.Server"] },
    };

    [Theory]
    [MemberData(nameof(Knowledge))]
    public void Assembly_References_OnlyWhatItMayKnow(string name, string[] allowed)
    {
        var referenced = Assembly.Load(name).GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Isobar", StringComparison.OrdinalIgnoreCase));
        Assert.Subset(allowed.ToHashSet(), referenced.ToHashSet());
    }

    [Fact]
    public void Clients_Never_TouchEmulators()
    {
        Holds(Types().That().HaveFullNameMatching(@"^Isobar\.(Aws|Google|Azure)\..*Client$").Should().NotDependOnAny(Types().That().HaveFullNameMatching(@"^Isobar\.(Aws|Google|Azure)\..*(Emulator|Service)$")).WithoutRequiringPositiveResults());
    }

    [Fact]
    public void Namespaces_OfVagueNames_DoNotExist()
    {
        var vague = new[] { "Services", "Helpers", "Utils", "Managers", "Common" };
        var found = Ours.SelectMany(a => a.GetTypes()).Select(t => t.Namespace).OfType<string>().Distinct().Where(n => n.Split('.').Any(vague.Contains));
        Assert.DoesNotContain(found, n => n.StartsWith("Isobar", StringComparison.Ordinal));
    }

    [Fact]
    public void Classes_NotMeantForInheritance_AreSealed()
    {
        var open = Ours.SelectMany(a => a.GetTypes())
            .Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false } && t.Namespace?.StartsWith("Isobar", StringComparison.Ordinal) == true && !t.Name.Contains('<') && t.DeclaringType?.Name.Contains('<') != true)
            // The Razor compiler writes every .razor file (_Imports too) as a public class that it leaves open, and no part of ours can close it: two parts must agree on their access.
            .Where(t => !IsRazor(t))
            .Where(t => !Ours.SelectMany(a => a.GetTypes()).Any(d => d.BaseType == t || d.BaseType is { IsGenericType: true } g && g.GetGenericTypeDefinition() == t));
        Assert.Empty(open.Select(t => t.FullName));
    }

    private static bool IsRazor(System.Type type) => type.GetInterfaces().Any(i => i.FullName == "Microsoft.AspNetCore.Components.IComponent") || type.Name == "_Imports";

    private static void Holds(IArchRule rule) => Assert.True(rule.HasNoViolations(All), string.Join('\n', rule.Evaluate(All).Where(r => !r.Passed).Select(r => r.Description)));
}
