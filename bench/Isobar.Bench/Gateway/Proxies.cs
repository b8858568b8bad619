using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Isobar.Bench.Harness;

namespace Isobar.Bench.Gateway;

/// <summary>
/// The proxies that are measured beside the gateway, each with as many connections to the upstream kept open as it is asked over. Before several upstreams, each does what its
/// documentation has for a lost one: it asks another, posts included, leaves the lost one alone for a while, and gives a try the ten seconds that the gateway gives it.
/// </summary>
internal static class Proxies
{
    private const string NginxFailover = "proxy_connect_timeout 1s; proxy_read_timeout 10s; proxy_next_upstream error timeout invalid_header http_500 http_502 http_503 http_504 http_429 non_idempotent;";
    private const string HaProxyFailover = "retries 3\n    option redispatch 1\n    retry-on all-retryable-errors\n    option httpchk GET /healthz";
    private const string HaProxyChecks = "check inter 1s fall 2 rise 1 observe layer7 error-limit 5 on-error mark-down";

    public static async Task<ServerUnderTest> NginxAsync(params string[] upstreams)
    {
        var port = FreePort();
        return await ServerUnderTest.ProgramAsync("nginx", "nginx", folder =>
        {
            var config = $$"""
                daemon off; pid {{folder}}/nginx.pid; error_log {{folder}}/error.log; worker_processes auto;
                events { worker_connections 1024; }
                http {
                    access_log off; client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
                    upstream model { {{string.Join(' ', upstreams.Select(u => $"server {new Uri(u).Authority};"))}} keepalive 64; }
                    server { listen 127.0.0.1:{{port}}; location / { proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection ""; {{(upstreams.Length > 1 ? NginxFailover : "")}} } }
                }
                """;
            var file = Path.Combine(folder, "nginx.conf");
            File.WriteAllText(file, config);
            return ["-c", file, "-p", folder];
        }, port);
    }

    public static async Task<ServerUnderTest> HaProxyAsync(params string[] upstreams)
    {
        var port = FreePort();
        return await ServerUnderTest.ProgramAsync("haproxy", "haproxy", folder =>
        {
            var config = $"""
                global
                    maxconn 1024
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 60s
                    timeout server {(upstreams.Length > 1 ? "10s" : "60s")}
                    http-reuse always
                    {(upstreams.Length > 1 ? HaProxyFailover : "")}
                frontend in
                    bind 127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}
                    default_backend model
                backend model
                {string.Join('\n', upstreams.Select((u, i) => $"    server s{i} {new Uri(u).Authority} {(upstreams.Length > 1 ? HaProxyChecks : "")}"))}

                """;
            var file = Path.Combine(folder, "haproxy.cfg");
            File.WriteAllText(file, config);
            return ["-db", "-f", file];
        }, port);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
