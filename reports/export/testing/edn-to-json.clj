; Reads EDN from standard input with Clojure's own reader, and prints a line of JSON for each form: keywords by their names.
(require '[clojure.edn :as edn] '[clojure.string :as string])

(defn character [c]
  (if (and (<= 32 (int c) 126) (not= c \") (not= c \\)) (str c) (format "\\u%04x" (int c))))

(defn json [form]
  (cond
    (nil? form) "null"
    (string? form) (str \" (apply str (map character form)) \")
    (keyword? form) (json (name form))
    (map? form) (str "{" (string/join "," (map (fn [[k v]] (str (json k) ":" (json v))) form)) "}")
    (vector? form) (str "[" (string/join "," (map json form)) "]")
    (or (number? form) (boolean? form)) (str form)
    :else (throw (ex-info "not a form of a history" {:form form}))))

(with-open [in (java.io.PushbackReader. (java.io.InputStreamReader. System/in "UTF-8"))]
  (loop []
    (let [form (edn/read {:eof ::end} in)]
      (when (not= form ::end)
        (println (json form))
        (recur)))))
