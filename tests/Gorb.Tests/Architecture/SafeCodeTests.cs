using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Gorb.Tests.Architecture;

/// <summary>The daemon contains no unsafe code and no native calls: both belong to Gorb.Ipvs.</summary>
public sealed class SafeCodeTests : IDisposable
{
    private readonly PEReader _file = new(File.OpenRead(typeof(GorbHost).Assembly.Location));

    private MetadataReader Daemon => _file.GetMetadataReader();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void NoMethod_IsNative()
    {
        var native = Daemon.MethodDefinitions.Select(Daemon.GetMethodDefinition)
            .Where(method => !method.GetImport().Module.IsNil)
            .Select(method => $"{Daemon.GetString(Daemon.GetTypeDefinition(method.GetDeclaringType()).Name)}.{Daemon.GetString(method.Name)}");

        native.Should().BeEmpty();
    }

    [Fact]
    public void LibC_IsNotReferenced() =>
        Daemon.AssemblyReferences.Select(reference => Daemon.GetString(Daemon.GetAssemblyReference(reference).Name)).Should().NotContain(name => name.Contains("LibC"));

    /// <summary>The compiler emits UnverifiableCodeAttribute where unsafe blocks are allowed.</summary>
    [Fact]
    public void UnsafeBlocks_AreNotAllowed() =>
        Daemon.GetModuleDefinition().GetCustomAttributes()
            .Select(attribute => Daemon.GetCustomAttribute(attribute).Constructor)
            .Where(constructor => constructor.Kind == HandleKind.MemberReference)
            .Select(constructor => Daemon.GetMemberReference((MemberReferenceHandle)constructor).Parent)
            .Where(type => type.Kind == HandleKind.TypeReference)
            .Select(type => Daemon.GetString(Daemon.GetTypeReference((TypeReferenceHandle)type).Name))
            .Should().NotContain("UnverifiableCodeAttribute");
}
